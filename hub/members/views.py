"""Sign in, sign out, join. Translates HTTP; the verbs are in arrivals.py."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hub.language import remember
from hub.members.arrivals import accept_invitation, end_sessions, find_invitation
from hub.members.forms import JoinForm, SignInForm
from hub.members.models import Member, Session
from hub.members.names import username_of
from hub.ratelimits import address_of, give_back, take


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignInForm(request, request.POST or None)
    if request.method == "POST":
        tries = _count_try(request)
        if form.is_valid() and form.member is not None:
            for limit, keys in tries:
                give_back(limit, *keys)
            login(request, form.member)
            return remember(redirect(onward), form.member.language)
    status = 422 if form.is_bound else 200
    context = {"form": form, "next": request.GET.get("next", ""), "nav_current": "sign_in"}
    return render(request, "members/sign_in.html", context, status=status)


def _count_try(request: HttpRequest) -> list[tuple[str, tuple[str, ...]]]:
    """Count a try before looking at it. The small limit is for a name from one address, so that nobody can keep
    somebody else from coming in from another; a right password is given back."""
    name, address = username_of(request.POST.get("username", ""))[:64], address_of(request)
    tries: list[tuple[str, tuple[str, ...]]] = [
        ("sign_in.name_from_address", (name, address)),
        ("sign_in.address", (address,)),
    ]
    for limit, keys in tries:
        take(limit, *keys)
    return tries


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this sign-in and closes its sockets. The browser forgets what it kept of us."""
    _end_this_sign_in(request)
    logout(request)
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _end_this_sign_in(request: HttpRequest) -> None:
    key = request.session.session_key
    if key:
        end_sessions(Session.objects.filter(session_key=key))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        take("join", address_of(request))
    if find_invitation(token) is None:
        return render(request, "members/invitation_over.html", status=410)
    form = JoinForm(request.POST or None, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            member = _let_in(request, token, form)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            return remember(redirect("home"), member.language)
    return render(request, "members/join.html", {"form": form}, status=422 if form.is_bound else 200)


def _let_in(request: HttpRequest, token: str, form: JoinForm) -> Member:
    words = form.cleaned_data
    member = accept_invitation(token=token, name=words["name"], password=words["password"], language=words["language"])
    _end_this_sign_in(request)  # somebody else's on this device: their open pages close at once
    login(request, member)
    return member


def _onward(request: HttpRequest) -> str:
    """Where to go after coming in: a page of this hub, or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("home")

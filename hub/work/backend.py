"""Django's door to background work: `TASKS` names this class, and a task's `enqueue` writes one row."""

from __future__ import annotations

from typing import Any

from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.exceptions import InvalidTask
from django.utils import timezone
from django.utils.json import normalize_json

DEFAULT_RETRIES = 5


class Rows(BaseTaskBackend):
    """The row is written on the caller's connection: seen by workers after COMMIT, gone with a rollback."""

    supports_defer = True

    def validate_task(self, task: Task[..., Any]) -> None:
        super().validate_task(task)
        if task.takes_context:
            raise InvalidTask("A task of the hub takes its own arguments only.")

    def enqueue[**P, R](self, task: Task[P, R], args: Any, kwargs: Any) -> TaskResult[P, R]:
        from hub.work.models import Job  # tasks are declared before the models are ready

        self.validate_task(task)
        now = timezone.now()
        job = Job.objects.create(
            task=task.module_path,
            arguments=normalize_json({"args": list(args), "kwargs": dict(kwargs)}),
            retries=getattr(task, "retries", DEFAULT_RETRIES),
            due=task.run_after or now,
            created=now,
        )
        return TaskResult(
            task=task,
            id=str(job.pk),
            status=TaskResultStatus.READY,
            enqueued_at=now,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

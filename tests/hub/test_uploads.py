"""Files that nobody asked for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.mark.parametrize("size", [10, 3 * 1024 * 1024], ids=["small", "large"])
def test_a_file_is_kept_nowhere_and_the_fields_beside_it_count(cast, settings, tmp_path, size):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")  # whoever wants to write there fails
    file = SimpleUploadedFile("words.txt", b"x" * size)
    response = Client().post("/sign-in/", {"file": file, "username": "somebody-odd", "password": "wrong"})
    assert response.status_code == 422
    assert 'value="somebody-odd"' in response.content.decode()
    assert not response.wsgi_request.FILES

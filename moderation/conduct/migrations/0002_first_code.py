from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from moderation.conduct.first_code import lay_down


def first_code(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    lay_down(*(apps.get_model("conduct", name) for name in ("CodeVersion", "Clause", "ClauseText")))


class Migration(migrations.Migration):
    dependencies = [("conduct", "0001_initial")]
    operations = [migrations.RunPython(first_code, migrations.RunPython.noop)]

"""Static files in production: named by their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports inside ES modules, which are loaded by relative path."""

    support_js_module_import_aggregation = True

"""What every test may use. The servers and the hub that runs as a process of its own come from their modules."""

pytest_plugins = ["tests.passes", "tests.servers", "tests.live", "tests.cast"]

"""Builds the one aiohttp application of all services: emulator, /negotiate, health and the page.

Listens on nothing and tails nothing; `service` does.
"""

from pathlib import Path

from aiohttp import web

from all_in_one import page
from all_in_one.errors import ConfigurationError
from all_in_one.guard import guard
from emulator import app as emulator
from emulator.errors import ConfigurationError as EmulatorConfigurationError
from emulator.settings import EmulatorSettings
from negotiate_service import app as negotiate
from negotiate_service.errors import ConfigurationError as NegotiateConfigurationError
from negotiate_service.settings import NegotiateSettings


def create_app(
    negotiate_settings: NegotiateSettings, emulator_settings: EmulatorSettings | None, dist: Path
) -> web.Application:
    """One application; without `emulator_settings`, which is Azure mode, there is no emulator in it.

    Raises:
        ConfigurationError: the page is not built, or a service cannot run as it is configured.
    """
    app = web.Application(middlewares=[guard(negotiate_settings)])
    try:
        if emulator_settings is not None:
            emulator.add_routes(app, emulator_settings)
        negotiate.add_routes(app, negotiate_settings)
    except (EmulatorConfigurationError, NegotiateConfigurationError) as error:
        raise ConfigurationError(*str(error).splitlines()) from error
    negotiate.add_health(app)
    page.add_routes(app, dist, negotiate_settings.connect_origin)
    return app

"""Assemble the application: services, middleware and routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from standin import faults
from standin.app import audit_log, error_responses
from standin.app.cache import Breaker, Cache, connect
from standin.app.celery_watch import CeleryWatch
from standin.app.collectors import Foreign
from standin.app.database import Database
from standin.app.dispatch import TaskDispatcher
from standin.app.error_log import ErrorLog
from standin.app.middleware.fault_middleware import FaultMiddleware
from standin.app.middleware.limiter import Limiter
from standin.app.middleware.observe import Observe
from standin.app.middleware.origins import Origins
from standin.app.middleware.request_limits import Gate
from standin.app.pool_exhaustion import hold_while_active
from standin.app.prometheus_metrics import Metrics
from standin.app.rollout_flags import RolloutFlags
from standin.app.routes import (
    API,
    agents,
    auth,
    catalogues,
    feature_flags,
    health,
    issues,
    live,
    metrics,
    migration,
    monitoring,
    password_reset,
    projects,
    reports,
    repositories,
    statistics,
    tasks,
)
from standin.app.security import TokenSigner
from standin.app.tracking import Tracking
from standin.messages import build
from standin.profiles import Profile
from standin.settings import Settings, settings

ROUTERS = (
    health.router,
    metrics.router,
    auth.router,
    password_reset.router,
    projects.router,
    tasks.router,
    issues.router,
    reports.router,
    statistics.router,
    migration.router,
    monitoring.router,
    feature_flags.router,
    agents.router,
    repositories.router,
    catalogues.prompts,
    catalogues.providers,
    live.router,
)

DESCRIPTION = """
The XCodeReviewer backend's API, as the embedded target offers it.

One header is its own: `X-RateLimit-Probe: <name>` counts a request in a bucket of that name, which allows 5 requests in
2 seconds. It shows that the limiter works and recovers without using up anybody's real limit.
"""


def create_app(config: Settings | None = None) -> FastAPI:
    config = config or settings()
    faults.configure(config.standin_faults_file)
    app = FastAPI(
        title="XCodeReviewer API",
        version=config.version,
        description=DESCRIPTION,
        openapi_url=f"{API}/openapi.json",
        docs_url=f"{API}/docs",
        redoc_url=None,
        lifespan=_lifespan,
    )
    audit_log.install()
    _equip(app, config)
    error_responses.install(app)
    _wrap(app, config)
    for router in ROUTERS:
        app.include_router(built(router, config.profile))
    return app


def built(router: APIRouter, profile: Profile) -> APIRouter:
    """The operations of *router* that the profile includes."""
    if not profile.lacks:
        return router
    there = [route for route in router.routes if not str(getattr(route, "path", "")).startswith(profile.lacks)]
    return APIRouter(routes=there, tags=router.tags)


def _equip(app: FastAPI, config: Settings) -> None:
    """Set everything that routes use on app.state."""
    state = app.state
    state.settings = config
    state.metrics = Metrics()
    state.database = Database(config, state.metrics.query)
    state.tracking = Tracking(config)
    state.error_log = ErrorLog(state.database, state.tracking)
    state.breaker = Breaker()
    state.redis = connect(config.redis_url.get_secret_value())
    state.broker = connect(config.celery_broker_url.get_secret_value())
    state.cache = Cache(state.redis, state.breaker)
    state.tokens = TokenSigner(config)
    celery = build(config, keeps_results=False)
    state.dispatcher = TaskDispatcher(state.database, state.broker, celery, state.error_log)
    state.celery_watch = CeleryWatch(celery, state.broker)
    state.rollout_flags = RolloutFlags(state.database, config)
    state.foreign = Foreign(state.metrics.registry)


def _wrap(app: FastAPI, config: Settings) -> None:
    """Add the middleware; the last one added is the outermost."""
    state = app.state
    app.add_middleware(FaultMiddleware, error_log=state.error_log)
    app.add_middleware(Limiter, settings=config, redis=state.redis, breaker=state.breaker, tokens=state.tokens)
    app.add_middleware(Gate)
    app.add_middleware(Origins, settings=config)
    app.add_middleware(Observe, metrics=state.metrics, error_log=state.error_log)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start and stop the application; it starts also without its dependencies."""
    await app.state.database.pool.open(wait=False)
    background = (
        asyncio.create_task(app.state.dispatcher.sweep_forever()),
        asyncio.create_task(hold_while_active(app.state.database)),
        asyncio.create_task(asyncio.to_thread(app.state.tracking.start)),
    )
    yield
    for task in background:
        task.cancel()
    await app.state.database.pool.close()
    await app.state.redis.aclose()
    await app.state.broker.aclose()

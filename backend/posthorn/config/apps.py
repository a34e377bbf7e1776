from django.apps import AppConfig


class Config(AppConfig):
    name = "posthorn.config"
    label = "config"

    def ready(self) -> None:
        """Set the broker first: actors attach themselves to it when they are imported.

        What is wrong with a transport shows here, at the start, not when somebody sends.
        """
        import dramatiq

        from posthorn.config.broker import build_broker

        dramatiq.set_broker(build_broker())
        import posthorn.accounts.actors
        import posthorn.audience.imports.actors
        import posthorn.delivery.actors  # noqa: F401
        from posthorn.accounts import audit
        from posthorn.accounts import duties as accounts_duties
        from posthorn.audience.imports import duties as import_duties
        from posthorn.delivery import duties, segment_fields
        from posthorn.transports.registry import all_transports
        from posthorn.webhooks import duties as webhook_duties
        from posthorn.webhooks import outbox

        all_transports()
        audit.register()
        accounts_duties.register()
        duties.register()
        segment_fields.register()
        outbox.register()
        webhook_duties.register()
        import_duties.register()

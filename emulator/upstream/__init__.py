"""Event handlers: the application's own webhooks, told of connections and user events as CloudEvents over HTTP.

How a call comes about: `hub_settings` names the handler, `url_template` where it is, `validator` whether it agreed to
be called, `events` and `cloud_events` make the request, `client` sends it, `connect_answer` and `event_answer` say
what the response means. `conversation` keeps the calls of one connection in order, `upstream` holds it all together.
"""

"""Programs made with Microsoft's published packages, unmodified, and what the tests need to run them.

`@azure/web-pubsub-client-protobuf`, which Microsoft's documents mention, is not on npm (404 in November 2026); Google's
own library judges the protobuf subprotocols instead.
"""

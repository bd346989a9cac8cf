"""A local stand-in for the Azure Web PubSub service, faithful in what it does and open about what it does not."""

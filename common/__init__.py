"""What the services truly share: settings, log set-up, secret files, names on the wire."""

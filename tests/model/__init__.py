"""Random lives of log files, of the agent and of its service, with the real agent and the real emulator, judged."""

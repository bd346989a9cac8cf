"""`python -m streamer_agent doctor PATH…`: what would the agent do here, and what would keep it from doing it?"""

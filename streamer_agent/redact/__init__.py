"""Masks secrets in lines before they leave the host; knows neither files nor sockets."""

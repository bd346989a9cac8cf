# One image per Python service: docker build --target emulator|negotiate|streamer .
#
# An image holds the packages of its own extra, common/ and one folder, so an import of another service cannot start.
# Each makes its files readable, because a checkout may be its owner's alone and the service is somebody else.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# All services have the same user, because they hand secrets to each other in files that only their owner may read.
# The folders are here because a fresh named volume takes the owner of the folder that it covers.
RUN groupadd --gid 10001 tailcast \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin tailcast \
    && install -d -o tailcast -g tailcast -m 0700 \
        /app/.tailcast /var/lib/tailcast/emulator /var/lib/tailcast/state
WORKDIR /app

FROM base AS emulator
COPY requirements/emulator.txt requirements.txt
RUN pip install --root-user-action ignore --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY common/ common/
COPY emulator/ emulator/
RUN chmod -R a+rX common emulator && python -m compileall -q common emulator
# Nobody reaches the loopback of a container. The public default key is refused here, so it needs one of its own.
ENV EMULATOR_HOST=0.0.0.0
EXPOSE 8080
USER tailcast
ENTRYPOINT ["python", "-m", "emulator"]

FROM base AS negotiate
COPY requirements/negotiate.txt requirements.txt
RUN pip install --root-user-action ignore --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY common/ common/
COPY negotiate_service/ negotiate_service/
RUN chmod -R a+rX common negotiate_service && python -m compileall -q common negotiate_service
USER tailcast
ENTRYPOINT ["python", "-m", "negotiate_service"]

FROM base AS streamer
COPY requirements/streamer.txt requirements.txt
RUN pip install --root-user-action ignore --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY common/ common/
COPY streamer_agent/ streamer_agent/
RUN chmod -R a+rX common streamer_agent && python -m compileall -q common streamer_agent
USER tailcast
ENTRYPOINT ["python", "-m", "streamer_agent"]

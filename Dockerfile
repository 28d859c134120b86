# driftwatch on its schedule. Build: docker build -t driftwatch .
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
WORKDIR /build
RUN python -m venv /opt/driftwatch
# Versions and hashes of everything that is installed.
COPY requirements.txt ./
RUN /opt/driftwatch/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY LICENSE README.md pyproject.toml ./
COPY src src
COPY examples/shop examples/shop
# What builds the package is not taken along.
RUN /opt/driftwatch/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    # Compiled templates are kept beside them: nobody can write there later.
    && /opt/driftwatch/bin/python -c 'from driftwatch.report import prepare; prepare()' \
    && /opt/driftwatch/bin/pip uninstall --yes editables hatchling pathspec pip pluggy trove-classifiers

FROM python:${PYTHON}
# tini is PID 1: it passes signals on, and reaps what a comparison that was killed leaves behind.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /var/lib/driftwatch --shell /usr/sbin/nologin driftwatch \
    && install --directory --owner=driftwatch --group=driftwatch /data /data/reports /data/history
COPY --from=build /opt/driftwatch /opt/driftwatch
ENV PATH=/opt/driftwatch/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DRIFTWATCH_CONFIG=/config/config.yaml \
    DRIFTWATCH_LISTEN=0.0.0.0:9187 \
    DRIFTWATCH_LOG=json
USER 10001
WORKDIR /data
VOLUME ["/data/reports", "/data/history"]
EXPOSE 9187
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["python", "-m", "driftwatch.schedule.endpoint"]
ENTRYPOINT ["tini", "--", "driftwatch"]
CMD ["schedule"]

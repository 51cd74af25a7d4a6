# Built in one image, run in another: the second has neither pip's cache nor what builds the wheel.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build

COPY requirements.txt requirements-build.txt ./
RUN python -m venv /opt/tally \
    && /opt/tally/bin/pip install --require-hashes --only-binary :all: -r requirements.txt \
    && pip install --require-hashes --only-binary :all: -r requirements-build.txt

COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY src src
COPY templates templates
COPY static static
COPY sql sql
COPY docs/openapi.yaml docs/openapi.yaml
RUN pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheel . \
    && /opt/tally/bin/pip install --no-deps --no-index /wheel/*.whl \
    && /opt/tally/bin/python -m compileall -q /opt/tally/lib \
    && /opt/tally/bin/pip uninstall --quiet --yes pip


FROM python:3.13-slim
RUN groupadd --system --gid 10001 tally \
    && useradd --system --uid 10001 --gid tally --no-create-home --shell /usr/sbin/nologin tally \
    && install --directory --owner=tally --group=tally --mode=0700 /data
COPY --from=build /opt/tally /opt/tally
ENV PATH=/opt/tally/bin:$PATH PYTHONDONTWRITEBYTECODE=1 TALLY_DATA_DIR=/data
USER tally
EXPOSE 8000
STOPSIGNAL SIGTERM
# Python, since slim has no curl; as one of the allowed hosts, since others are refused.
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --start-interval=1s \
    CMD ["python", "-c", "import os, urllib.request as http; host = os.environ['TALLY_ALLOWED_HOSTS'].split(',')[0].strip().replace('*', 'health'); http.urlopen(http.Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=3)"]
ENTRYPOINT ["tally"]
CMD ["serve", "--host", "0.0.0.0", "--log-format", "json"]

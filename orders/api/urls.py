"""The HTTP interface of orders under /api/v1/."""

from django.urls import path

from orders.api.channel_orders import AddressWithoutSlash, ChannelOrderDetail

urlpatterns = [
    path(
        "channels/<slug:sales_point>/orders/<path:external_number>/",
        ChannelOrderDetail.as_view(),
        name="api-channel-order",
    ),
    path(
        "channels/<slug:sales_point>/orders/<path:external_number>", AddressWithoutSlash.as_view()
    ),
]

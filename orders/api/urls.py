"""The HTTP interface of orders under /api/v1/."""

from django.urls import path

from orders.api.channel_orders import AddressWithoutSlash, ChannelOrderDetail
from orders.api.counter import CounterSaleDetail, CounterSkus
from orders.api.storefront.buying import (
    Cancellation,
    OrderDetail,
    Orders,
    Payments,
    Quotes,
    Receipt,
    Shipments,
)
from orders.api.storefront.leaving import Erasure, MyData
from orders.api.storefront.notices import Notices
from orders.api.storefront.refunds import Refunds, RefundWithdrawal
from orders.api.storefront.vouchers import Claims, VoucherBatches, Vouchers

urlpatterns = [
    path("counter/sales/<uuid:client_uuid>/", CounterSaleDetail.as_view(), name="api-counter-sale"),
    path("counter/skus/", CounterSkus.as_view(), name="api-counter-skus"),
    path("voucher-batches/", VoucherBatches.as_view(), name="api-voucher-batches"),
    path("voucher-batches/<slug:code>/claims/", Claims.as_view(), name="api-claims"),
    path("vouchers/", Vouchers.as_view(), name="api-vouchers"),
    path("me/export/", MyData.as_view(), name="api-me-export"),
    path("me/erasure/", Erasure.as_view(), name="api-me-erasure"),
    path("quotes/", Quotes.as_view(), name="api-quotes"),
    path("orders/", Orders.as_view(), name="api-orders"),
    path("orders/<slug:number>/", OrderDetail.as_view(), name="api-order"),
    path("orders/<slug:number>/cancellation/", Cancellation.as_view(), name="api-cancellation"),
    path("orders/<slug:number>/payments/", Payments.as_view(), name="api-order-payments"),
    path("orders/<slug:number>/receipt/", Receipt.as_view(), name="api-receipt"),
    path("orders/<slug:number>/refunds/", Refunds.as_view(), name="api-refunds"),
    path(
        "orders/<slug:number>/refunds/<slug:refund_number>/withdrawal/",
        RefundWithdrawal.as_view(),
        name="api-refund-withdrawal",
    ),
    path("orders/<slug:number>/shipments/", Shipments.as_view(), name="api-shipments"),
    path("payments/<slug:provider>/notices/", Notices.as_view(), name="api-notices"),
    path(
        "channels/<slug:sales_point>/orders/<path:external_number>/",
        ChannelOrderDetail.as_view(),
        name="api-channel-order",
    ),
    path(
        "channels/<slug:sales_point>/orders/<path:external_number>", AddressWithoutSlash.as_view()
    ),
]

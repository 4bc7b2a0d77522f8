"""The catalogue under /api/v1/."""

from django.urls import path

from products.api.catalogue import CategoryList, CountyList, ProductDetail, ProductList

urlpatterns = [
    path("products/", ProductList.as_view(), name="api-products"),
    path("products/<str:code>/", ProductDetail.as_view(), name="api-product"),
    path("counties/", CountyList.as_view(), name="api-counties"),
    path("categories/", CategoryList.as_view(), name="api-categories"),
]

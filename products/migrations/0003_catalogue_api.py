import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0002_bundles_and_roster'),
    ]

    operations = [
        # What stands already is being sold: it stays visible. New products start unpublished.
        migrations.AddField(
            model_name='product',
            name='is_published',
            field=models.BooleanField(default=True, verbose_name='上架（商城可见）'),
        ),
        migrations.AlterField(
            model_name='product',
            name='is_published',
            field=models.BooleanField(default=False, verbose_name='上架（商城可见）'),
        ),
        migrations.AddField(
            model_name='sku',
            name='ships_by',
            field=models.DateField(blank=True, null=True, verbose_name='预售最晚发货日'),
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('modified_at', models.DateTimeField(db_index=True, verbose_name='内容变更时间')),
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_entry', to='products.product', verbose_name='产品')),
            ],
            options={
                'verbose_name': '检索条目',
                'verbose_name_plural': '检索条目',
                'ordering': ['product'],
            },
        ),
        migrations.CreateModel(
            name='SearchToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=40, verbose_name='词元')),
                ('weight', models.PositiveSmallIntegerField(verbose_name='权重')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_tokens', to='products.product', verbose_name='产品')),
            ],
            options={
                'verbose_name': '检索词元',
                'verbose_name_plural': '检索词元',
                'ordering': ['product', 'token'],
                'constraints': [models.UniqueConstraint(fields=('token', 'product'), name='searchtoken_once_for_a_product')],
            },
        ),
    ]

#!/usr/bin/env bash
# make demo: the May-Day export of 寻黔记 from Taobao's files to the campaign report.
# Runs on the embedded database and folder broker, or on DATABASE_URL and REDIS_URL when set.
. "$(dirname "$0")/common.sh"
demo=var/demo
# The demo asks for its run itself, so that the run says what it did.
export SHANHAI_ATTRIBUTION_SWEEP_SECONDS=0

step "database: migrate and load the reference data"
manage migrate --verbosity 0
manage load_seeds
manage simulate_stock

if [ ! -f "$demo/expected.json" ]; then
    step "simulate the May-Day export: 63,000 orders in Taobao's file format"
    rm -rf "$demo.part" "$demo"
    manage simulate_mayday --orders 63000 --seed 20200501 --out "$demo.part"
    mv "$demo.part" "$demo"
fi

step "start one Celery worker and beat (logs in var/log)"
start_worker

step "import the export files"
manage import_orders --sales-point xunqianji \
    "$demo"/ExportOrderList*.csv "$demo"/ExportOrderDetailList*.csv --celery

step "attribute every order"
manage attribute --celery
stop_all

step "campaign report"
manage estimate_uplift mayday-2020
manage campaign_report mayday-2020
manage campaign_report mayday-2020 --format xlsx --out var/reports/mayday-2020.xlsx
manage campaign_report mayday-2020 --format html --out var/reports/mayday-2020.html

step "scorecard of 拱墅 and 黄平: opening and declared figures, beside what was counted"
manage scorecard --district 330105 --county 522622 --format docx --out var/reports/scorecard.docx
manage scorecard --district 330105 --county 522622 --format html --out var/reports/scorecard.html
manage scorecard --district 330105 --county 522622 --to 2020-06-30 | sed '/^【帮助销售】/,$d'

step "compare with what the generator expects"
"$python" -m scripts.compare_demo "$demo/expected.json" mayday-2020

step "audit"
manage audit

cat <<END

Report files under var/reports/: mayday-2020.xlsx, mayday-2020.html, scorecard.docx, scorecard.html
Open the site: make serve    (http://127.0.0.1:${SHANHAI_PORT:-8000})
END

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a report looks: one column on a phone, two of charts on a desk, black on white in
 * print, light letters where the screen is dark. Nothing is fetched: no font, no script.
 *
 * Charts have their colours as attributes; the classes here count more, and change those
 * that could not be seen on a dark ground.
 */
#include "sink/report_style.h"

const char *const st_report_style[] = {
    ":root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;"
    "--ground:#fff;--card:#f6f8fa;--warn:#a40e26}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;"
    "--line:#3d444d;--ground:#0d1117;--card:#151b23;--warn:#ff8182}}\n",
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--ground);color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}\n"
    "main,header,footer{max-width:1344px;margin:0 auto;padding:0 20px}\n"
    "header{padding-top:28px}\n"
    "h1{font-size:1.75rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}\n"
    "h2{font-size:1.4rem;margin:40px 0 4px;padding-top:20px;"
    "border-top:1px solid var(--line)}\n"
    "h3{font-size:1.1rem;margin:26px 0 6px}\n"
    "p{margin:6px 0}a{color:inherit}\n"
    ".soft,caption,figcaption{color:var(--soft)}\n"
    ".warn{color:var(--warn);font-weight:600}\n",
    ".top{display:grid;grid-template-columns:minmax(0,3fr) minmax(260px,2fr);gap:24px;"
    "align-items:start;margin-top:18px}\n"
    ".top.alone{grid-template-columns:minmax(0,1fr)}\n"
    "figure{margin:0}\n"
    ".still img{display:block;width:100%;height:auto;max-height:560px;"
    "object-fit:contain;background:var(--card);border-radius:8px}\n"
    "figcaption{font-size:.875rem;margin-top:6px}\n"
    "dl{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;"
    "padding:14px 18px;display:grid;grid-template-columns:max-content minmax(0,1fr);"
    "gap:4px 18px}\n"
    "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n"
    "nav ul{list-style:none;margin:10px 0 0;padding:0;display:flex;flex-wrap:wrap;"
    "gap:6px}\n"
    "nav a{display:block;border:1px solid var(--line);border-radius:999px;"
    "padding:3px 14px;text-decoration:none;background:var(--card)}\n",
    ".wide{overflow-x:auto;margin:8px 0 18px}\n"
    ".long{max-height:26rem;overflow:auto;width:fit-content;max-width:100%}\n"
    ".long thead th{position:sticky;top:0;background:var(--ground)}\n"
    "table{border-collapse:collapse;font-size:.9375rem}\n"
    "caption{text-align:left;font-size:.875rem;padding-bottom:4px}\n"
    "th,td{text-align:left;padding:4px 16px 4px 0;border-bottom:1px solid var(--line);"
    "white-space:nowrap;vertical-align:top}\n"
    "thead th{color:var(--soft);font-weight:600;font-size:.8125rem}\n"
    "tbody th{font-weight:400}\n"
    "th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "tr.part th{font-weight:600;padding-top:12px}\n"
    "tr.fall th{color:var(--warn);font-weight:600}\n"
    "td.bar{width:140px;padding:8px 0}\n"
    "td.bar span{display:block;height:11px;border-radius:3px;min-width:2px}\n"
    ".few{display:flex;flex-wrap:wrap;gap:0 48px;align-items:start}\n",
    ".charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:12px}\n"
    ".chart{border:1px solid var(--line);border-radius:8px;background:var(--card);"
    "overflow-x:auto;padding:4px 0}\n"
    "svg{display:block;width:100%;height:auto}\n"
    "svg text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}"
    "\n"
    "svg .t{font-size:15px;font-weight:600}svg .t .a{font-weight:400;font-size:13px}\n"
    "svg .t,svg .k{fill:var(--ink)}svg .a{fill:var(--soft)}\n"
    "svg .g,svg .e{stroke:var(--line)}\n"
    "footer{color:var(--soft);font-size:.875rem;padding-bottom:32px}\n",
    "@media(prefers-color-scheme:dark){.s0{stroke:#56b4e9}.s1{stroke:#ff9552}"
    ".s2{stroke:#2fc79a}.s3{stroke:#e29ac3}.s4{stroke:#9ad4f5}.s6{stroke:#b1bac4}"
    ".s7{stroke:#f0e442}}\n"
    "@media(max-width:860px){.top,.charts{grid-template-columns:minmax(0,1fr)}}\n"
    "@media(max-width:560px){main,header,footer{padding-left:12px;padding-right:12px}"
    ".chart svg{min-width:520px}dl{padding:10px 14px}}\n"
    "@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;"
    "--ground:#fff;--card:#fff;--warn:#a40e26}body{font-size:11pt}.long{max-height:none}"
    "nav{display:none}"
    ".chart,tr,.still{break-inside:avoid}h2,h3{break-after:avoid}"
    ".charts{grid-template-columns:repeat(2,minmax(0,1fr))}"
    ".s0{stroke:#0072b2}.s1{stroke:#d55e00}.s2{stroke:#009e73}.s3{stroke:#cc79a7}"
    ".s4{stroke:#56b4e9}.s6{stroke:#7f7f7f}.s7{stroke:#bcae1c}"
    "td.bar span{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n",
    NULL,
};

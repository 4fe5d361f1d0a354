package io.heapwise.demo.page;

/** The page's style sheet: light or dark as the reader's system is, narrow screens included. */
final class PageStyle {

    static final String CSS = """
            :root { color-scheme: light dark;
              --paper: #fbfaf7; --card: #ffffff; --ink: #1d2329; --soft: #5d6771; --rule: #e1dfd8;
              --used: #b9d3ea; --live: #14599c; --held: #7a5aa6; --collected: #b0603a; --good: #23744a; --slow: #98610a; --bad: #b3261e; }
            @media (prefers-color-scheme: dark) { :root {
              --paper: #15181c; --card: #1d2227; --ink: #e4e7ea; --soft: #98a2ad; --rule: #333a42;
              --used: #2c4a66; --live: #7cb8f0; --held: #b79be0; --collected: #e39a78; --good: #69c294; --slow: #e0ab56; --bad: #f2877f; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--paper); color: var(--ink);
              font: 16px/1.55 "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
            main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
            h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
            h2 { font-size: 1.2rem; margin: 2.6rem 0 .7rem; }
            h3 { font-size: 1.05rem; margin: 0; }
            p, li, dd { max-width: 46rem; }
            p { margin: .6rem 0; }
            .lead, .soft { color: var(--soft); }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; min-width: 40rem; font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .45rem .8rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
            th { font-weight: 600; color: var(--soft); font-size: .88rem; }
            th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
            th:first-child, td:first-child { padding-left: 0; font-weight: 600; }
            .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1rem; }
            .card { max-width: 40rem; }
            .card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 1rem 1rem .6rem; }
            .card p { margin: .1rem 0 .5rem; font-size: .92rem; }
            .card .caption { color: var(--soft); font-size: .8rem; margin: .5rem 0 0; }
            svg { display: block; width: 100%; height: auto; }
            svg text { font-size: 12px; fill: var(--soft); font-family: inherit; }
            svg .end { text-anchor: end; }
            svg .middle { text-anchor: middle; }
            svg .grid { stroke: var(--rule); stroke-width: 1; }
            svg .used { fill: var(--used); }
            svg .live { fill: none; stroke: var(--live); stroke-width: 2.2; stroke-linejoin: round; }
            svg .held { fill: none; stroke: var(--held); stroke-width: 1.8; stroke-linejoin: round; }
            svg .collected { fill: none; stroke: var(--collected); stroke-width: 1.8; stroke-linejoin: round; }
            svg .ending { font-weight: 600; paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; }
            .good { color: var(--good); } .slow { color: var(--slow); } .bad { color: var(--bad); }
            svg .good { fill: var(--good); } svg .slow { fill: var(--slow); } svg .bad { fill: var(--bad); }
            .key { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; font-size: .9rem; margin: 0 0 .9rem; padding: 0;
              list-style: none; color: var(--soft); }
            .key span { display: inline-block; width: 1.3rem; height: .7rem; margin-right: .45rem; border-radius: 2px; }
            .key .used { background: var(--used); } .key .live { background: var(--live); height: .22rem; vertical-align: .25rem; }
            .key .held { background: var(--held); height: .18rem; vertical-align: .25rem; }
            .key .collected { background: var(--collected); height: .18rem; vertical-align: .25rem; }
            dt { font-weight: 600; margin-top: .8rem; }
            dd { margin: .1rem 0 0; }
            code { font-size: .92em; font-family: ui-monospace, "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; }
            footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: .8rem; font-size: .85rem; }
            """;

    private PageStyle() {}
}

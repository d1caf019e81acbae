/* SPDX-License-Identifier: Apache-2.0 */
import type { JSX } from "preact";
import { go } from "../router";

type Given = { to: string } & Omit<JSX.HTMLAttributes<HTMLAnchorElement>, "href">;

/* Within the page; new tabs and the like are the browser's, as always. */
export function Link({ to, children, ...rest }: Given) {
    function follow(event: JSX.TargetedMouseEvent<HTMLAnchorElement>) {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
            return;
        event.preventDefault();
        go(to);
    }
    return (
        <a {...rest} href={to} onClick={follow}>
            {children}
        </a>
    );
}

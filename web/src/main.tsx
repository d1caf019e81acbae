/* SPDX-License-Identifier: Apache-2.0 */
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { App } from "./app";
import { beginTheme } from "./theme";

beginTheme();
render(<App />, document.getElementById("app")!);

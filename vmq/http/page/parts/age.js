// A duration that runs: written by the page's one tick, without drawing anything else anew.
import { Component } from "../vendor/preact.js";
import { duration, eachSecond, now } from "../live/clock.js";
import { html } from "./html.js";

/** Since when (`since`, vmq's epoch seconds), or how long until (`until`). Nothing for 0. */
export class Age extends Component {
  shouldComponentUpdate({ since, until }) {
    return since !== this.props.since || until !== this.props.until;
  }

  componentDidMount() {
    this.write();
    this.stop = eachSecond(() => this.write());
  }

  componentDidUpdate() {
    this.write();
  }

  componentWillUnmount() {
    this.stop();
  }

  write() {
    const { since, until } = this.props;
    const text = until ? duration(until - now() + 0.999) : since ? duration(now() - since) : "–";
    if (this.element && this.element.textContent !== text) this.element.textContent = text;
  }

  render() {
    return html`<span class="age" ref=${(element) => { this.element = element; }}></span>`;
  }
}

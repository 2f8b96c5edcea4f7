// A component that is drawn anew only when one of its properties is another object.
import { Component, h } from "../vendor/preact.js";

export function memo(render) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const names = new Set([...Object.keys(next), ...Object.keys(this.props)]);
      return [...names].some((name) => name !== "children" && !Object.is(next[name], this.props[name]));
    }

    render(props) {
      return h(render, props);
    }
  };
}

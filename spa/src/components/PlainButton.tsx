import type { ComponentProps } from "react";
import { Link, type LinkProps } from "react-router";

import classes from "./PlainButton.module.css";

interface Look {
  /** The one thing to do here. */
  primary?: boolean | undefined;
  small?: boolean | undefined;
}

function lookOf({ primary, small }: Look) {
  return {
    className: classes.button,
    "data-primary": primary || undefined,
    "data-small": small || undefined,
  };
}

/** A button for pages that load no component library: everybody pays for the public ones. */
export function PlainButton({
  primary,
  small,
  busy,
  ...rest
}: Look & { busy?: boolean } & Omit<ComponentProps<"button">, "className">) {
  return (
    <button
      type="button"
      {...rest}
      {...lookOf({ primary, small })}
      aria-busy={busy || undefined}
      disabled={busy || rest.disabled}
    />
  );
}

/** A link that looks like one. */
export function PlainLink({ primary, small, ...rest }: Look & Omit<LinkProps, "className">) {
  return <Link {...rest} {...lookOf({ primary, small })} />;
}

import { Link } from "react-router";

import classes from "./Wordmark.module.css";

export function Wordmark() {
  return (
    <Link to="/" className={classes.wordmark}>
      <img src="/posthorn.svg" alt="" width={28} height={28} />
      Posthorn
    </Link>
  );
}

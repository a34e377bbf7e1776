import { Outlet } from "react-router";

import { WithMantine } from "./WithMantine";

/** Around the pages that anybody may open and that use the component library, such as signing in. */
export default function MantinePages() {
  return (
    <WithMantine>
      <Outlet />
    </WithMantine>
  );
}

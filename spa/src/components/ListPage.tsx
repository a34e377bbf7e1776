import type { ReactNode } from "react";

import { useTranslation } from "../lib/i18n";
import { ListView, type ListViewProps } from "./ListView";
import { PageHeader } from "./PageHeader";

interface Props<Row> extends Omit<ListViewProps<Row>, "emptyAction"> {
  /** Makes a new one: in the header, and where there is nothing yet. */
  newButton?: ReactNode;
}

/** A page that is one list; of its `texts` also title and intro. Dialogs stand beside it. */
export function ListPage<Row>({ newButton, ...list }: Props<Row>) {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader
        title={t(`${list.texts}.title`)}
        description={t(`${list.texts}.intro`)}
        actions={newButton}
      />
      <ListView {...list} emptyAction={newButton} />
    </>
  );
}

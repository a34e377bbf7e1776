import { Alert, SegmentedControl, Select, Switch } from "@mantine/core";
import { useDebouncedValue, useElementSize } from "@mantine/hooks";
import { useState } from "react";

import { LoadingState } from "../../../../components/LoadingState";
import { ApiProblem } from "../../../../lib/api-client";
import { problemText, useTranslation } from "../../../../lib/i18n";
import { useSubscriberChoice } from "../../api/find-subscribers";
import type { Preview } from "../../api/types";
import classes from "./editor.module.css";

const VIEWS = ["desktop", "phone", "text", "source"] as const;
type View = (typeof VIEWS)[number];
const WIDTHS = { desktop: 680, phone: 375 };
const HEIGHT = 640;

interface Props {
  preview: Preview | undefined;
  error: Error | null;
  /** Whether it lags behind what is written. */
  isStale: boolean;
  list: number | undefined;
  subscriber: number | null;
  onChooseSubscriber: (id: number | null) => void;
}

/** The message as somebody would get it, while it is written. */
export function PreviewPane(props: Props) {
  const { preview, error, isStale } = props;
  const { t } = useTranslation("campaigns");
  const [view, setView] = useState<View>("desktop");
  const [isDark, setDark] = useState(false);
  return (
    <section aria-label={t("editor.preview.title")} className={classes.preview}>
      <SubscriberField {...props} />
      <div className={classes.previewTools}>
        <SegmentedControl
          size="xs"
          aria-label={t("editor.preview.view")}
          value={view}
          onChange={(value) => setView(VIEWS.find((each) => each === value) ?? "desktop")}
          data={VIEWS.map((value) => ({ value, label: t(`editor.preview.${value}`) }))}
        />
        <Switch
          size="sm"
          label={t("editor.preview.dark")}
          checked={isDark}
          onChange={({ currentTarget: { checked } }) => setDark(checked)}
        />
      </div>
      {error && (
        <Alert color="orange" role="status" title={t("editor.preview.failed")}>
          {error instanceof ApiProblem && error.errors.length > 0
            ? error.errors.map(({ detail }) => detail).join(" ")
            : problemText(error)}
        </Alert>
      )}
      {preview ? (
        <div className={isStale ? classes.stale : undefined} aria-busy={isStale}>
          <p className={classes.envelope}>
            <strong>{preview.subject}</strong> {preview.preheader}
          </p>
          <p className={classes.saveState}>{t("preview.for", { email: preview.email })}</p>
          <Message preview={preview} view={view} isDark={isDark} />
        </div>
      ) : (
        !error && <LoadingState />
      )}
    </section>
  );
}

// The sandbox runs nothing, and this asks for nothing but pictures and styles.
const POLICY =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src * data:; style-src \'unsafe-inline\'">';

function Message({ preview, view, isDark }: { preview: Preview; view: View; isDark: boolean }) {
  const { t } = useTranslation("campaigns");
  const { ref, width: room } = useElementSize();
  if (view === "text") return <pre className={classes.source}>{preview.body_text}</pre>;
  if (view === "source") return <pre className={classes.source}>{preview.body_html}</pre>;
  if (preview.body_html === "") return <pre className={classes.source}>{preview.body_text}</pre>;
  const width = WIDTHS[view];
  const scale = room > 0 && room < width ? room / width : 1;
  return (
    <div ref={ref} className={classes.frameBox} data-dark={isDark || undefined} style={{ height: HEIGHT }}>
      <iframe
        title={t("editor.preview.frame")}
        sandbox=""
        srcDoc={POLICY + preview.body_html}
        className={classes.frame}
        style={{
          width,
          height: HEIGHT / scale,
          colorScheme: isDark ? "dark" : "light",
          ...(scale < 1 && { transform: `scale(${scale})` }),
        }}
      />
    </div>
  );
}

function SubscriberField({ list, subscriber, onChooseSubscriber }: Props) {
  const { t } = useTranslation("campaigns");
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search, 250);
  const { data } = useSubscriberChoice({ search: wanted, list });
  return (
    <Select
      label={t("editor.preview.subscriber")}
      placeholder={t("editor.preview.first")}
      searchable
      clearable
      nothingFoundMessage={t("editor.preview.nobody")}
      // The API has searched already, also where this text doesn't show why.
      filter={({ options }) => options}
      data={(data?.results ?? []).map(({ id, email }) => ({ value: String(id), label: email }))}
      value={subscriber === null ? null : String(subscriber)}
      onChange={(value) => onChooseSubscriber(value === null ? null : Number(value))}
      onSearchChange={setSearch}
    />
  );
}

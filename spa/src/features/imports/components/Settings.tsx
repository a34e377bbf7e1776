import { Button, Group, MultiSelect, NativeSelect, SimpleGrid } from "@mantine/core";
import { useState } from "react";

import { ProblemText } from "../../../components/ProblemText";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import { useCancelImport, useStartImport, useUpdateImport } from "../api/move-import";
import { MODES, type ImportDetail } from "../api/types";
import { MappingTable } from "./MappingTable";

const ENCODINGS = ["utf-8", "utf-16", "windows-1251", "koi8-r", "windows-1252", "iso-8859-2"];
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** How the file shall be read, and the buttons that set out. Its key is what the file looks like,
 * so that another encoding begins with the mapping that was suggested for it. */
export function Settings({ job }: { job: ImportDetail }) {
  const { t } = useTranslation("imports");
  const lists = useAllMailingLists();
  const [mapping, setMapping] = useState([...job.mapping]);
  const [mode, setMode] = useState(job.mode);
  const [chosen, setChosen] = useState(job.lists.map(String));
  const update = useUpdateImport(job.id);
  const start = useStartImport(job.id);
  const cancel = useCancelImport(job.id);
  const busy = update.isPending || start.isPending || cancel.isPending;
  const error = update.error ?? start.error ?? cancel.error;

  function go(dryRun: boolean) {
    const columns = mapping.map(({ target, attribute = "", type = "text" }) => ({
      target,
      attribute,
      type,
    }));
    const options = { mapping: columns, mode, lists: chosen.map(Number) };
    start.mutate({ options, dryRun });
  }

  return (
    <section aria-labelledby="settings">
      <h2 id="settings">{t("settings.title")}</h2>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect
          label={t("settings.encoding")}
          data={[...new Set([job.encoding, ...ENCODINGS])].filter(Boolean)}
          value={job.encoding}
          disabled={busy || job.encoding === ""}
          onChange={({ currentTarget: { value } }) => update.mutate({ encoding: value })}
        />
        <NativeSelect
          label={t("settings.delimiter")}
          data={DELIMITERS.map((value) => ({ value, label: t(`delimiter.${value}`) }))}
          value={job.delimiter}
          disabled={busy}
          onChange={({ currentTarget: { value } }) => {
            const delimiter = DELIMITERS.find((each) => each === value);
            if (delimiter) update.mutate({ delimiter });
          }}
        />
        <NativeSelect
          label={t("settings.mode")}
          data={MODES.map((value) => ({ value, label: t(`mode.${value}`) }))}
          value={mode}
          disabled={busy}
          onChange={({ currentTarget: { value } }) =>
            setMode(MODES.find((each) => each === value) ?? "add")
          }
        />
        <MultiSelect
          label={t("settings.lists")}
          data={(lists.data ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
          value={chosen}
          disabled={busy}
          searchable
          onChange={setChosen}
        />
      </SimpleGrid>
      <MappingTable job={job} mapping={mapping} disabled={busy} onChange={setMapping} />
      <ProblemText text={error ? problemText(error) : undefined} />
      <Group mt="md">
        <Button loading={start.isPending} onClick={() => go(false)}>
          {t("settings.start")}
        </Button>
        <Button variant="default" disabled={busy} onClick={() => go(true)}>
          {t("settings.dryRun")}
        </Button>
        <Button variant="subtle" disabled={busy} onClick={() => cancel.mutate()}>
          {t("cancel")}
        </Button>
      </Group>
    </section>
  );
}

import { NativeSelect, Table, TextInput } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";
import { TARGETS, TYPES, type ImportColumn, type ImportDetail } from "../api/types";

interface Props {
  job: ImportDetail;
  mapping: readonly ImportColumn[];
  disabled: boolean;
  onChange: (mapping: ImportColumn[]) => void;
}

const SHOWN_ROWS = 3;

/** Each column of the file with its first cells, and what becomes of it. */
export function MappingTable({ job, mapping, disabled, onChange }: Props) {
  const { t } = useTranslation("imports");

  function change(place: number, changes: Partial<ImportColumn>) {
    onChange(mapping.map((column, at) => (at === place ? { ...column, ...changes } : column)));
  }

  return (
    <Table.ScrollContainer minWidth={640} mt="lg">
      <Table captionSide="top">
        <Table.Caption>{t("mapping.caption")}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("mapping.column")}</Table.Th>
            <Table.Th scope="col">{t("mapping.cells")}</Table.Th>
            <Table.Th scope="col">{t("mapping.target")}</Table.Th>
            <Table.Th scope="col">{t("mapping.attribute")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mapping.map((column, place) => (
            <Table.Tr key={column.column}>
              <Table.Th scope="row">{column.column}</Table.Th>
              <Table.Td>
                {job.preview
                  .slice(0, SHOWN_ROWS)
                  .map((row) => row[place]?.slice(0, 40))
                  .filter(Boolean)
                  .join(" · ")}
              </Table.Td>
              <Table.Td>
                <NativeSelect
                  aria-label={t("mapping.targetOf", { column: column.column })}
                  data={TARGETS.map((value) => ({ value, label: t(`target.${value}`) }))}
                  value={column.target}
                  disabled={disabled}
                  onChange={({ currentTarget: { value } }) =>
                    change(place, { target: TARGETS.find((each) => each === value) ?? "ignore" })
                  }
                />
              </Table.Td>
              <Table.Td>
                {column.target === "attribute" && (
                  <>
                    <TextInput
                      aria-label={t("mapping.attributeOf", { column: column.column })}
                      value={column.attribute ?? ""}
                      disabled={disabled}
                      onChange={({ currentTarget: { value } }) =>
                        change(place, { attribute: value })
                      }
                    />
                    <NativeSelect
                      aria-label={t("mapping.typeOf", { column: column.column })}
                      data={TYPES.map((value) => ({ value, label: t(`type.${value}`) }))}
                      value={column.type ?? "text"}
                      disabled={disabled}
                      onChange={({ currentTarget: { value } }) =>
                        change(place, { type: TYPES.find((each) => each === value) ?? "text" })
                      }
                    />
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

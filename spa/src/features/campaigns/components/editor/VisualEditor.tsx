import { ActionIcon, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { createContext, useContext, useEffect, useMemo, useRef, type ClipboardEvent, type DragEvent, type KeyboardEvent } from "react";

import { useTranslation } from "../../../../lib/i18n";
import {
  ButtonFields,
  HeadingFields,
  HtmlFields,
  ImageFields,
  ListFields,
  QuoteFields,
  SocialFields,
  SpacerFields,
  TextFields,
} from "./BlockFields";
import classes from "./editor.module.css";
import { useDocumentHistory } from "./useDocumentHistory";
import {
  BLOCK_TYPES,
  changed,
  keyOf,
  moved,
  newBlock,
  type Block,
  type VisualDocument,
} from "./visual-document";

interface Props {
  value: VisualDocument;
  disabled: boolean;
  /** By place: `blocks.3.text`. */
  problems: Readonly<Record<string, string>>;
  onChange: (value: VisualDocument) => void;
  /** Asks for an image; answers with its address and what it was called. */
  onChooseImage: (done: (image: { src: string }) => void) => void;
  /** Keeps files that were dropped or pasted. */
  onUpload: (files: readonly File[]) => Promise<string[]>;
}

type Shared = Pick<Props, "disabled" | "problems" | "onChooseImage">;

const SharedContext = createContext<Shared>({ disabled: true, problems: {}, onChooseImage: () => {} });

function imagesOf(data: DataTransfer): File[] {
  return [...data.files].filter(({ type }) => type.startsWith("image/"));
}

/** Writes a message block by block. */
export default function VisualEditor(props: Props) {
  const { value, disabled, problems, onChange, onChooseImage, onUpload } = props;
  const { t } = useTranslation("campaigns");
  const history = useDocumentHistory(value, onChange);
  // An upload takes its time; the images go to the end of what is there by then.
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  const shared = useMemo(
    () => ({ disabled, problems, onChooseImage }),
    [disabled, problems, onChooseImage],
  );

  function onKeyDown(event: KeyboardEvent) {
    const key = event.key.toLowerCase();
    if (disabled || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const isRedo = key === "y" || (key === "z" && event.shiftKey);
    if (!isRedo && key !== "z") return;
    event.preventDefault();
    event.stopPropagation();
    if (isRedo) history.redo();
    else history.undo();
  }

  async function keep(files: readonly File[]) {
    const addresses = await onUpload(files);
    if (addresses.length === 0) return;
    const images = addresses.map((src): Block => ({ type: "image", src, alt: "" }));
    history.change({ ...latest.current, blocks: [...latest.current.blocks, ...images] });
  }

  function take(event: DragEvent | ClipboardEvent, data: DataTransfer) {
    const files = imagesOf(data);
    // Office puts a picture of the text beside the text.
    if (disabled || files.length === 0 || data.types.includes("text/html")) return;
    event.preventDefault();
    event.stopPropagation();
    void keep(files);
  }

  return (
    <SharedContext value={shared}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its fields' keys pass through it */}
      <div
        role="group"
        aria-label={t("editor.kind.visual")}
        className={classes.visual}
        onKeyDownCapture={onKeyDown}
        onDragOver={(event) => event.preventDefault()}
        onDropCapture={(event) => take(event, event.dataTransfer)}
        onPasteCapture={(event) => take(event, event.clipboardData)}
      >
        {!disabled && (
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="subtle" disabled={!history.canUndo} onClick={history.undo}>
              {t("editor.undo")}
            </Button>
            <Button size="compact-sm" variant="subtle" disabled={!history.canRedo} onClick={history.redo}>
              {t("editor.redo")}
            </Button>
          </Group>
        )}
        <Blocks
          blocks={value.blocks}
          place="blocks"
          onChange={(blocks) => history.change({ ...value, blocks })}
        />
      </div>
    </SharedContext>
  );
}

interface BlocksProps {
  blocks: readonly Block[];
  place: string;
  /** Columns don't stand in columns. */
  inColumn?: boolean;
  onChange: (blocks: Block[]) => void;
}

function Blocks({ blocks, place, inColumn = false, onChange }: BlocksProps) {
  const { t } = useTranslation("campaigns");
  const { disabled } = useContext(SharedContext);
  const types = BLOCK_TYPES.filter((type) => !inColumn || type !== "columns");
  return (
    <Stack gap="sm">
      {blocks.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("editor.noBlocks")}
        </Text>
      )}
      {blocks.map((block, number) => (
        <BlockCard
          key={keyOf(block)}
          block={block}
          place={`${place}.${number}`}
          isFirst={number === 0}
          isLast={number === blocks.length - 1}
          onChange={(after) => onChange(blocks.with(number, after))}
          onMove={(by) => onChange(moved(blocks, number, number + by))}
          onDuplicate={() => onChange(blocks.toSpliced(number, 0, structuredClone(block)))}
          onRemove={() => onChange(blocks.toSpliced(number, 1))}
        />
      ))}
      {!disabled && (
        <Menu position="bottom-start" width={220}>
          <Menu.Target>
            <Button size="compact-md" variant="default" className={classes.add}>
              {t("editor.add")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {types.map((type) => (
              <Menu.Item key={type} onClick={() => onChange([...blocks, newBlock(type)])}>
                {t(`editor.block.${type}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Stack>
  );
}

interface CardProps {
  block: Block;
  place: string;
  isFirst: boolean;
  isLast: boolean;
  onChange: (block: Block) => void;
  onMove: (by: -1 | 1) => void;
  onDuplicate: () => void;
  onRemove: () => void;
}

function BlockCard(props: CardProps) {
  const { block, place, isFirst, isLast, onMove, onDuplicate, onRemove } = props;
  const { t } = useTranslation("campaigns");
  const { disabled, problems } = useContext(SharedContext);
  const name = t(`editor.block.${block.type}`);
  const own = problems[place] ?? problems[`${place}.type`];
  const button = (label: string, sign: string, run: () => void, off = false) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      disabled={off}
      aria-label={t(label, { block: name })}
      onClick={run}
    >
      {sign}
    </ActionIcon>
  );
  return (
    <section className={classes.block} aria-label={name}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" fw={600} c="dimmed">
          {name}
        </Text>
        {!disabled && (
          <Group gap={2} wrap="nowrap">
            {button("editor.up", "↑", () => onMove(-1), isFirst)}
            {button("editor.down", "↓", () => onMove(1), isLast)}
            {button("editor.duplicate", "⧉", onDuplicate)}
            {button("editor.remove", "×", onRemove)}
          </Group>
        )}
      </Group>
      {own && (
        <Text size="sm" c="var(--ph-danger)" role="alert">
          {own}
        </Text>
      )}
      <Fields {...props} />
    </section>
  );
}

function Fields({ block, place, onChange }: CardProps) {
  const { t } = useTranslation("campaigns");
  const { disabled, problems, onChooseImage } = useContext(SharedContext);
  const shared = {
    disabled,
    onChange,
    problemAt: (field: string) => {
      const whole = `${place}.${field}`;
      const inner = Object.keys(problems).find((key) => key === whole || key.startsWith(`${whole}.`));
      return inner && problems[inner];
    },
  };
  switch (block.type) {
    case "heading":
      return <HeadingFields block={block} {...shared} />;
    case "text":
      return <TextFields block={block} {...shared} />;
    case "quote":
      return <QuoteFields block={block} {...shared} />;
    case "image":
      return (
        <ImageFields
          block={block}
          {...shared}
          onChoose={() => onChooseImage(({ src }) => onChange(changed(block, { src })))}
        />
      );
    case "button":
      return <ButtonFields block={block} {...shared} />;
    case "spacer":
      return <SpacerFields block={block} {...shared} />;
    case "list":
      return <ListFields block={block} {...shared} />;
    case "social":
      return <SocialFields block={block} {...shared} />;
    case "html":
      return <HtmlFields block={block} {...shared} />;
    case "divider":
      return <hr className={classes.divider} />;
    case "columns":
      return (
        <>
          <div className={classes.columnsOfBlock}>
            {block.columns.map((column, number) => (
              <div
                // oxlint-disable-next-line react/no-array-index-key -- a column is its place
                key={number}
                role="group"
                aria-label={t("editor.column", { number: number + 1 })}
                className={classes.column}
              >
                <Blocks
                  blocks={column}
                  place={`${place}.columns.${number}`}
                  inColumn
                  onChange={(blocks) =>
                    onChange(changed(block, { columns: block.columns.with(number, blocks) }))
                  }
                />
              </div>
            ))}
          </div>
          {!disabled && (
            <Group gap="xs">
              <Button
                size="compact-xs"
                variant="subtle"
                disabled={block.columns.length >= 4}
                onClick={() =>
                  onChange(changed(block, { columns: [...block.columns, [newBlock("text")]] }))
                }
              >
                {t("editor.addColumn")}
              </Button>
              <Button
                size="compact-xs"
                variant="subtle"
                disabled={block.columns.length <= 2}
                onClick={() => onChange(changed(block, { columns: block.columns.slice(0, -1) }))}
              >
                {t("editor.removeColumn")}
              </Button>
            </Group>
          )}
        </>
      );
  }
}

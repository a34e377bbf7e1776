import { ActionIcon, Button, Group, Input, Popover, TextInput } from "@mantine/core";
import { Bold } from "@tiptap/extension-bold";
import { Code } from "@tiptap/extension-code";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Italic } from "@tiptap/extension-italic";
import { Link } from "@tiptap/extension-link";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import { EditorContent, useEditor, useEditorState, type Editor } from "@tiptap/react";
import { useEffect, useRef, useState } from "react";

import { useTranslation } from "../../../../lib/i18n";
import classes from "./editor.module.css";
import { useInsertTarget } from "./insert-target";
import { fromEditor, toEditor } from "./rich-text";
import { MARKS, type Mark, type RichText } from "./visual-document";

// The schema is what cleans a paste: of Word's and Google's markup only these survive.
const EXTENSIONS = [
  Document,
  Paragraph,
  Text,
  HardBreak,
  Bold,
  Italic,
  Underline,
  Strike,
  // A link and bold may stand within code too.
  Code.extend({ excludes: "" }),
  Link.configure({
    openOnClick: false,
    autolink: false,
    linkOnPaste: true,
    protocols: ["http", "https", "mailto", "tel"],
    isAllowedUri: (url) => /^(https?:\/\/|mailto:|tel:|#|\{\{)/i.test(url.trim()),
    HTMLAttributes: { rel: null, target: null },
  }),
];

const SIGNS: Record<Mark, string> = {
  bold: "B",
  italic: "I",
  underline: "U",
  strike: "S",
  code: "‹›",
};

interface Props {
  label: string;
  value: RichText;
  disabled: boolean;
  error?: string | undefined;
  onChange: (value: RichText) => void;
}

/** A text with marks and links. It keeps no history of its own: the whole document has one. */
export function RichTextField({ label, value, disabled, error, onChange }: Props) {
  const target = useInsertTarget();
  const last = useRef<RichText>(value);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  const editor = useEditor({
    extensions: EXTENSIONS,
    content: toEditor(value),
    editable: !disabled,
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label },
    },
    onUpdate: ({ editor: changed }) => {
      last.current = fromEditor(changed.getJSON());
      change.current(last.current);
    },
    onFocus: ({ editor: focused }) => {
      target.set({ label, insert: (text) => void focused.chain().focus().insertContent({ type: "text", text }).run() });
    },
  });

  // What comes from elsewhere, such as an undo.
  useEffect(() => {
    if (JSON.stringify(value) === JSON.stringify(last.current)) return;
    last.current = value;
    editor.commands.setContent(toEditor(value), { emitUpdate: false });
  }, [editor, value]);

  useEffect(() => {
    if (editor.isEditable === disabled) editor.setEditable(!disabled, false);
  }, [editor, disabled]);

  return (
    <Input.Wrapper error={error}>
      <div className={classes.rich} data-error={error ? true : undefined} data-disabled={disabled || undefined}>
        {!disabled && <Marks editor={editor} />}
        <EditorContent editor={editor} className={classes.richText} />
      </div>
    </Input.Wrapper>
  );
}

function Marks({ editor }: { editor: Editor }) {
  const { t } = useTranslation("campaigns");
  const active = useEditorState({
    editor,
    selector: ({ editor: each }) => MARKS.filter((mark) => each.isActive(mark)),
  });
  return (
    <Group gap={2} role="toolbar" aria-label={t("editor.marks.toolbar")}>
      {MARKS.map((mark) => (
        <ActionIcon
          key={mark}
          variant={active.includes(mark) ? "filled" : "subtle"}
          color="gray"
          size="sm"
          className={classes[mark]}
          aria-label={t(`editor.marks.${mark}`)}
          aria-pressed={active.includes(mark)}
          // Or the selection would be lost before it is marked.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => void editor.chain().focus().toggleMark(mark).run()}
        >
          {SIGNS[mark]}
        </ActionIcon>
      ))}
      <LinkButton editor={editor} />
    </Group>
  );
}

function LinkButton({ editor }: { editor: Editor }) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [href, setHref] = useState("");
  const isActive = useEditorState({ editor, selector: ({ editor: each }) => each.isActive("link") });

  function open() {
    const present: unknown = editor.getAttributes("link")["href"];
    setHref(typeof present === "string" ? present : "https://");
    setOpened(true);
  }

  function apply() {
    const written = href.trim();
    const chain = editor.chain().focus().extendMarkRange("link");
    if (editor.state.selection.empty && !isActive) {
      chain
        .insertContent({ type: "text", text: written, marks: [{ type: "link", attrs: { href: written } }] })
        .run();
    } else chain.setLink({ href: written }).run();
    setOpened(false);
  }

  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withArrow position="bottom-start">
      <Popover.Target>
        <ActionIcon
          variant={isActive ? "filled" : "subtle"}
          color="gray"
          size="sm"
          aria-label={t("editor.marks.link")}
          onMouseDown={(event) => event.preventDefault()}
          onClick={open}
        >
          🔗
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          label={t("editor.marks.href")}
          value={href}
          onChange={(event) => setHref(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            apply();
          }}
        />
        <Group mt="xs" gap="xs">
          <Button size="xs" onClick={apply}>
            {common("action.save")}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              editor.chain().focus().extendMarkRange("link").unsetLink().run();
              setOpened(false);
            }}
          >
            {t("editor.marks.unlink")}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

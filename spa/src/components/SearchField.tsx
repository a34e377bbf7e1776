import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

interface Props {
  label: string;
  value: string;
  onSearch: (value: string) => void;
}

/** Searches as one types, but not at every key. */
export function SearchField({ label, value, onSearch }: Props) {
  const [text, setText] = useState(value);
  const [shownFor, setShownFor] = useState(value);
  const search = useDebouncedCallback((next: string) => onSearch(next.trim()), 300);

  // The address changed by itself: the back button, or "clear". What is being typed wins.
  if (value !== shownFor) {
    setShownFor(value);
    if (value !== text.trim()) setText(value);
  }

  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}

import { Text } from "@mantine/core";
import { useEffect, useRef } from "react";

/** What went wrong, over the buttons that were pressed; brought into view and read out. */
export function ProblemText({ text }: { text: string | undefined }) {
  const element = useRef<HTMLParagraphElement>(null);

  useEffect(() => {
    if (text) element.current?.scrollIntoView({ block: "nearest" });
  }, [text]);

  if (!text) return null;
  return (
    <Text ref={element} c="var(--ph-danger)" mt="sm" role="alert">
      {text}
    </Text>
  );
}

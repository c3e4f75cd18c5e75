import { Button, type ButtonProps } from "@chakra-ui/react";
import { useEffect, useState } from "react";

import { t } from "../i18n/t";

type Props = Omit<ButtonProps, "onClick"> & { readonly text: string | (() => string) };

/** Puts a text into the clipboard, and says so. */
export const CopyButton = ({ text, children, ...props }: Props) => {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    await copyText(typeof text === "function" ? text() : text);
    setCopied(true);
  };
  return (
    <Button size="xs" variant="outline" {...props} onClick={() => void copy()}>
      <span aria-live="polite">{isCopied ? t("app.copied") : (children ?? t("app.copy"))}</span>
    </Button>
  );
};

/** Also where the page is not served over HTTPS: there the browser has no clipboard. */
export const copyText = async (text: string): Promise<void> => {
  if (navigator.clipboard !== undefined && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

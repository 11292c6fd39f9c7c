import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { Button, type ButtonProps } from "@/components/ui/button";
import { copyText } from "@/lib/clipboard";
import { notify } from "@/lib/notify";
import { commonTexts } from "@/texts/common";

const SHOWN_FOR_MS = 2_000;

/** Copies a text with one click, and says whether that worked. Without children it is an icon that `label` names. */
export function CopyButton({
  text,
  label,
  children,
  ...props
}: Omit<ButtonProps, "onClick"> & { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    if (await copyText(text)) setCopied(true);
    else notify.error(commonTexts.copyRefused);
  };

  return (
    <Button
      variant="outline"
      size={children ? "sm" : "icon-sm"}
      aria-label={children ? undefined : label}
      title={children ? undefined : label}
      {...props}
      onClick={copy}
    >
      {isCopied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      {children}
      <span role="status" className="sr-only">
        {isCopied ? commonTexts.copied : ""}
      </span>
    </Button>
  );
}

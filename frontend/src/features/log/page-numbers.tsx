import { logTexts } from "@/texts/log";

const escaped = (words: string) => `"${words.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", " ")}"`;

/**
 * What stands at the foot of each printed page: whose log it is, and which page of how many. Only CSS knows how many
 * there are. Browsers that have no page margin boxes yet leave it out, and can print their own footer instead.
 */
export function PageNumbers({ label }: { label: string }) {
  const font = "font: 8pt system-ui, sans-serif; color: #333;";
  const css = `@page {
    margin: 14mm 12mm 16mm;
    @bottom-left { content: ${escaped(label)}; ${font} }
    @bottom-right { content: ${escaped(logTexts.page)} counter(page) ${escaped(logTexts.pageOfPages)} counter(pages); ${font} }
  }`;
  return <style>{css}</style>;
}

import { Button, HStack, Menu, Portal } from "@chakra-ui/react";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { copyText } from "../../ui/CopyButton";
import { hintOf } from "../../ui/hintOf";
import { saveFile } from "../../ui/saveFile";
import { toaster } from "../../ui/toaster";
import type { ColumnLinks } from "../columns/useColumnLinks";
import type { Picture } from "../layout/useLayout";
import type { NodeState } from "../model/nodeState";
import type { GraphState } from "../model/urlState";
import { pageColours } from "./pageColours";
import { toPng } from "./png";
import { toSvg } from "./svg";

type Props = {
  readonly picture: Picture | null;
  readonly root: string;
  readonly state: GraphState;
  readonly links: ColumnLinks["links"];
  readonly states: ReadonlyMap<string, NodeState>;
};

/** The graph as a file: the picture as it is shown, or the server's own answer as Mermaid. */
export const ExportMenu = ({ picture, links, root, state, states }: Props) => {
  const svg = (): string => (picture ? toSvg(picture, links, { root, selected: null, states }, pageColours()) : "");
  const exports = {
    png: async () => saveFile("lineage.png", "image/png", [await toPng(svg())]),
    svg: async () => saveFile("lineage.svg", "image/svg+xml", [svg()]),
    mermaid: async () => saveFile("lineage.mmd", "text/vnd.mermaid", [await mermaid(state, root)]),
    copyLink: async () => {
      await copyText(window.location.href);
      toaster.create({ title: t("graph.toolbar.linkCopied"), type: "success" });
    },
  };
  const run = (name: keyof typeof exports): void => {
    exports[name]().catch((error: Error) =>
      toaster.create({ title: t("graph.toolbar.exportFailed"), description: hintOf(error), type: "error" }),
    );
  };
  return (
    <HStack marginStart="auto">
      <Menu.Root onSelect={({ value }) => run(value as keyof typeof exports)} positioning={{ placement: "bottom-end" }}>
        <Menu.Trigger asChild>
          <Button disabled={picture === null} size="xs" variant="outline">
            {t("graph.toolbar.export")}
          </Button>
        </Menu.Trigger>
        <Portal>
          <Menu.Positioner>
            <Menu.Content>
              {(Object.keys(exports) as (keyof typeof exports)[]).map((name) => (
                <Menu.Item key={name} value={name}>
                  {t(`graph.toolbar.${name}`)}
                </Menu.Item>
              ))}
            </Menu.Content>
          </Menu.Positioner>
        </Portal>
      </Menu.Root>
    </HStack>
  );
};

const mermaid = ({ direction, depth, level, asOf }: GraphState, root: string): Promise<string> =>
  unwrap(
    client.GET("/api/v2/graph/export", {
      params: {
        query: {
          nodeId: root,
          format: "mermaid",
          direction,
          depth,
          granularity: level === "column" ? "table" : level,
          ...(asOf === null ? {} : { as_of: asOf }),
        },
      },
      parseAs: "text",
    }),
  );

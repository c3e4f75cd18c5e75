import { Box, Button, Field, Input, Stack, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useState } from "react";

import { client, unwrap } from "../api/client";
import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { datasetNode } from "../ui/DatasetLink";

type Props = { readonly chosen: string; readonly onChoose: (node: string) => void };

type Offer = { readonly node: string; readonly name: string; readonly detail: string };

const PAUSE = 250;

/** A box that finds datasets and columns while one types; arrows and Enter choose. */
export const NodeSearch = ({ chosen, onChoose }: Props) => {
  const [text, setText] = useState<string | null>(null);
  const [asked, setAsked] = useState("");
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  useEffect(() => {
    const timer = setTimeout(() => setAsked((text ?? "").trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, isFetching } = useQuery({
    queryKey: ["search", "impact", asked],
    queryFn: () =>
      unwrap(client.GET("/api/v2/search", { params: { query: { q: asked, type: ["dataset", "column"], limit: 20 } } })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const offers = asked === "" ? [] : offersOf(data?.hits ?? []);
  const choose = (offer: Offer | undefined) => {
    if (!offer) return;
    onChoose(offer.node);
    setText(null);
    setAsked("");
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      setActive((at) => Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), Math.max(offers.length - 1, 0)));
    } else if (event.key === "Enter") choose(offers[active]);
    else if (event.key === "Escape") setOpen(false);
  };
  const isShown = isOpen && asked !== "";
  return (
    <Box position="relative">
      <Field.Root>
        <Field.Label color="fg.muted" fontSize="xs">
          {t("impact.search")}
        </Field.Label>
        <Input
          aria-activedescendant={isShown && offers[active] ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          aria-controls={id}
          aria-expanded={isShown}
          onBlur={() => {
            setOpen(false);
            setText(null);
          }}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
            setOpen(true);
          }}
          onFocus={(event) => event.target.select()}
          onKeyDown={onKeyDown}
          placeholder={t("impact.searchHint")}
          role="combobox"
          size="sm"
          value={text ?? chosen}
        />
      </Field.Root>
      <Stack
        aria-label={t("impact.search")}
        bg="bg.panel"
        borderRadius="md"
        borderWidth="1px"
        boxShadow="lg"
        display={isShown ? "flex" : "none"}
        gap={0}
        id={id}
        insetInline={0}
        maxHeight="20rem"
        mt={1}
        overflow="auto"
        position="absolute"
        role="listbox"
        zIndex="dropdown"
      >
        {offers.map((offer, at) => (
          <Button
            alignItems="flex-start"
            aria-selected={at === active}
            bg={at === active ? "bg.muted" : undefined}
            borderRadius={0}
            flexDirection="column"
            flexShrink={0}
            gap={0}
            height="auto"
            id={`${id}-${at}`}
            key={offer.node}
            onClick={() => choose(offer)}
            onMouseDown={(event) => event.preventDefault()}
            onMouseEnter={() => setActive(at)}
            py={1.5}
            role="option"
            size="sm"
            tabIndex={-1}
            variant="ghost"
          >
            <Text overflowWrap="anywhere" textAlign="start" whiteSpace="normal">
              {offer.name}
            </Text>
            <Text color="fg.muted" fontSize="xs" fontWeight="normal" overflowWrap="anywhere" textAlign="start" whiteSpace="normal">
              {offer.detail}
            </Text>
          </Button>
        ))}
        {offers.length === 0 ? (
          <Text color="fg.muted" p={2} role="option" aria-disabled>
            {isFetching ? t("app.loading") : t("impact.nothingFound")}
          </Text>
        ) : null}
      </Stack>
    </Box>
  );
};

/** What may be chosen: a dataset, and each of its columns that was found. */
export const offersOf = (hits: readonly Schema<"Hit">[]): Offer[] =>
  hits.flatMap((hit) => {
    if (!hit.namespace) return [];
    const node = hit.node_id ?? datasetNode(hit.namespace, hit.name);
    const dataset = { node, name: hit.name, detail: hit.namespace };
    if (hit.type !== "column") return [dataset];
    return hit.columns.map((column) => ({
      node: `${datasetNode(hit.namespace ?? "", hit.name).replace(/^dataset:/, "column:")}:${column}`,
      name: `${hit.name}.${column}`,
      detail: t("impact.columnOf", { namespace: hit.namespace ?? "" }),
    }));
  });

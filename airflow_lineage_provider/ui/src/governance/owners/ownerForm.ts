import type { Schema } from "../../api/types";

export type OwnerRequest = Schema<"OwnerRequest">;

export type OwnerForm = {
  readonly namespace: string;
  readonly name: string;
  readonly isGlob: boolean;
  readonly owner: string;
  readonly kind: string;
  readonly channel: string;
  readonly contact: string;
  readonly from: string;
  readonly until: string;
  readonly replaces: boolean;
};

export type OwnerProblem = "owner" | "dataset" | "days";

export const emptyForm = (about?: { namespace: string; name: string }): OwnerForm => ({
  namespace: about?.namespace ?? "",
  name: about?.name ?? "",
  isGlob: false,
  owner: "",
  kind: "",
  channel: "",
  contact: "",
  from: "",
  until: "",
  replaces: false,
});

/** What is wrong with the form; empty where it may be sent. */
export const problemsOf = (form: OwnerForm): OwnerProblem[] => [
  ...(form.owner.trim() === "" ? (["owner"] as const) : []),
  ...(form.namespace.trim() === "" || form.name.trim() === "" ? (["dataset"] as const) : []),
  ...(form.from !== "" && form.until !== "" && form.until < form.from ? (["days"] as const) : []),
];

/** Body of the request; what is left out is empty. */
export const requestOf = (form: OwnerForm): OwnerRequest => ({
  namespace: form.namespace.trim(),
  name: form.name.trim(),
  is_glob: form.isGlob,
  owner: form.owner.trim(),
  kind: form.kind === "user" || form.kind === "team" ? form.kind : null,
  channel: form.channel.trim() || null,
  contact: form.contact.trim() || null,
  valid_from: form.from || null,
  valid_to: form.until || null,
  replaces: form.replaces,
});

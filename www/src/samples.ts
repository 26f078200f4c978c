// The documents that come with the page, and questions they can answer. Their texts lie in
// public/documents and are loaded only when somebody asks for one.

export interface Sample {
  label: string;
  /** The language of the label, for screen readers. */
  language: string;
  path: string;
  name: string;
  questions: readonly string[];
}

export const samples: readonly Sample[] = [
  {
    label: "Volunteer handbook",
    language: "en",
    path: "./documents/volunteer-handbook.txt",
    name: "volunteer-handbook.txt",
    questions: ["How long does a loan last?", "What is the fee for a late return?", "Who may borrow a chainsaw?"],
  },
  {
    label: "图书馆手册",
    language: "zh",
    path: "./documents/library-handbook-zh.txt",
    name: "library-handbook-zh.txt",
    questions: ["每张借书证可以借几册图书?", "图书遗失了怎么赔偿?", "图书馆周一开放吗?"],
  },
];

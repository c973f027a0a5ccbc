"""Ask a local model about a few notes of your own."""

from langchain_ollama import ChatOllama

NOTES = [
    "A virtual environment belongs to one project, or to one playground of small projects.",
    "pip refuses to install into an externally managed Python.",
]


def main() -> None:
    model = ChatOllama(model="llama3.2")
    question = "Where do my packages go?"
    answer = model.invoke("\n".join([*NOTES, question]))
    print(answer.content)


if __name__ == "__main__":
    main()

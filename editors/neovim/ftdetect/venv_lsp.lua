-- Neovim knows `requirements.txt`, `constraints.txt`, `requirements.in` and `*-requirements.txt`.
-- These are the other names under which the same format is found.
vim.filetype.add({
  pattern = {
    ['requirements.*%.txt'] = 'requirements',
    ['requirements.*%.in'] = 'requirements',
    ['.*requirements%.txt'] = 'requirements',
    ['constraints.*%.txt'] = 'requirements',
    ['.*/requirements/[^/]*%.txt'] = 'requirements',
    ['.*/requirements/[^/]*%.in'] = 'requirements',
  },
})

-- The configuration of the editors under test: what a user writes, and ears for the scenarios.
vim.opt.runtimepath:prepend(vim.env.VENV_LSP_PROJECT .. '/editors/neovim')
vim.g.venv_lsp = vim.tbl_extend(
  'force',
  { cmd = { vim.env.VENV_LSP_SERVER, 'server' } },
  vim.json.decode(vim.env.VENV_LSP_SETTINGS or '{}')
)
vim.lsp.enable('venv_lsp')

---@type { kind: string, title?: string, message?: string, cancellable?: boolean }[]
_G.progress = {}
vim.api.nvim_create_autocmd('LspProgress', {
  callback = function(args)
    table.insert(_G.progress, args.data.params.value)
  end,
})

-- Nobody is there to choose; a scenario that gets here has to say more exactly what it wants.
vim.ui.select = function(items)
  local titles = vim.tbl_map(function(item)
    return item.action and item.action.title or tostring(item)
  end, items)
  error('a choice was asked for: ' .. table.concat(titles, ' | '))
end
